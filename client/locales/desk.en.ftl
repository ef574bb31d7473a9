## Desk

desk = Desk
welcome-title = A private chat for your shop
welcome-lead = Name it, share one link, and answer.
welcome-account = No account and no password: a key in this browser proves the shop is yours.
welcome-server = No message is stored on a server.
welcome-browser = The shop lives in this browser, on this device.
welcome-operator = If you run this service yourself, you can see your shoppers’ addresses in it.
shop-name = Shop name
shop-name-hint = As your shoppers know it
create-shop = Create shop
name-empty = Write the name of your shop first.
name-too-long = This name is too long. Choose a shorter one.
name-control = This name has hidden characters in it. Type it by hand.
invite = Invite your shoppers
invite-link = Invite link
copy-invite-link = Copy invite link
invite-copied = Copied
invite-copy-failed = Could not copy. The link is selected: copy it by hand.
invite-share = Share…
invite-qr = QR code
invite-qr-alt = QR code of the invite link
invite-local = This link works on this computer only. To invite others, start Hamsa with HOST, RELAY_PUBLIC_IP and an https PUBLIC_URL, then make the shop there: this one stays at this address.
only-browser = Your shop lives only in this browser.
only-browser-more = Save a recovery file, so that you can bring it back.
conversations = Conversations
no-conversations = No conversations yet
no-conversations-more = Share your link. Whoever opens it appears here.
arrived = { $name }: { $unread }
unread =
    { $count ->
        [one] { $count } unread message
       *[other] { $count } unread messages
    }
nothing-yet = Nothing written yet
presence-here = here now
back = Back to conversations
pick-title = Share your link
pick-title-choose = Choose a conversation
pick-scan = Let people scan this code, or post the link. Each visitor gets a private conversation with you.

safety = Safety
recovery-have = I have a recovery file
recovery-have-not = Make a new shop instead
invite-one = A link for one person
show-secret = Show what I write
passcode = Passcode

## Where the desk says something else than the chat

page-title-unread = ({ $count }) { $place } · Hamsa
invite-qr-failed = The QR code could not be drawn. The link works just as well.
elsewhere-desk-title = Your desk is open in another tab, in another version of Hamsa
elsewhere-desk-body = Load both this page and that tab again, and they work together; or close that tab, and the desk opens here.
connection-ready = Ready for shoppers
connection-away-desk = Not here now
connection-connected-desk = Here now, relayed
connection-refused-desk = Closed: the shopper could not prove a key
connection-unknown-shop-desk = Closed to shoppers: this service does not serve this shop
banner-unknown-shop-desk = This service serves only the shops that it knows. Ask whoever runs it for a desk address of your own, and open it in this browser.
banner-waiting-desk = This shopper is not here now. Your reply waits in this browser, and goes out when they are back while this desk is open.
banner-away-desk = This shopper is not here now. Write anyway: your reply goes out when they are back while this desk is open.
banner-two-histories-desk = This shopper has signed two different versions of this chat. You see the first. Ask them about it some other way before you go on.
from-shopper = Shopper
state-waiting-desk = on this device, waiting for the shopper
no-messages-desk = Nothing written yet. Only the two of you can read this.
