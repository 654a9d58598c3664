"""A question said in chat -> passages -> an answer one can defend, or an honest no."""
