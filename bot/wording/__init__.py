"""Every sentence we say, in Chinese, one file for each subject."""
