"""Control of a fake: everything that can be seen and moved, with its checks; Python and HTTP are skins of it."""
