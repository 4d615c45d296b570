# The demo's labels before restoration
_base_ = '../cogensam/labels_edges.py'
log_level = 'WARNING'
