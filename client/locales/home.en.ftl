## Home

home-title = A whisper between a shop and its shoppers
home-lead = Instant chat that nobody else can read, straight from browser to browser.
home-shopper-title = For shoppers
home-shopper = Open the shop’s link and write. No account, no e-mail, no phone number, and your IP address never reaches the shop’s browser.
home-shop-title = For shops
home-shop = Name your shop, share a link or a QR code, and answer from your desk. Nothing to install.
home-server-title = For whoever runs it
home-server = The service passes on sealed envelopes. It stores no message, no key and no address. It does see the addresses that connect to it.
home-desk = Open the desk
home-invited = Were you invited? Open the link that the shop gave you.
