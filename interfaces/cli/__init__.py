"""The command line: arguments -> exit code. Results on stdout, trouble on stderr as one plain sentence."""
