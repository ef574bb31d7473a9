## Everywhere

app-name = Hamsa
you = You
language-other = العربية
theme-system = Theme: like this device
theme-light = Theme: light
theme-dark = Theme: dark
settings = Language and theme
loading = One moment…
page-title = { $place } · Hamsa
page-title-unread = ({ $count }) { $place } · Hamsa
load-again = Load again
crash-title = Something went wrong on this page
crash-body = What was already stored in this browser is still here. Load the page again to go on.
about-hamsa = What is Hamsa?
invite-qr-failed = The QR code could not be drawn. The link works just as well.
close = Close
part-failed = This part could not be loaded. Check the connection and try again.
safety-number = Safety number

## Pages that cannot work

elsewhere-desk-title = Your desk is open in another tab
elsewhere-desk-body = Go to that tab, or close it: the desk then opens here by itself.
elsewhere-chat-title = This chat is open in another tab
elsewhere-chat-body = Go to that tab, or close it: the chat then opens here by itself.
obstacle-insecure-title = This address is not secure
obstacle-insecure-body = Browsers allow encryption only over https. Open this page with https:// at the start, or ask whoever sent you the link for a secure one.
obstacle-storage-title = This browser does not let Hamsa keep anything
obstacle-storage-body = Your keys and messages have to stay somewhere. Leave private browsing, or allow this site to store data, then load the page again.
obstacle-newer-title = A newer Hamsa was used here
obstacle-newer-body = This page is older than what is stored in this browser. Load it again to get the newer one.
obstacle-corrupt-title = What this browser stored cannot be read
obstacle-corrupt-body = Something changed it from outside. Nothing was sent. Load the page again; if that does not help, clear this site’s data to begin anew.
obstacle-webrtc-title = This browser cannot open private connections
obstacle-webrtc-body = WebRTC is missing or switched off. Open the link in Chrome, Edge, Firefox or Safari, or switch WebRTC on in the settings.
invite-missing-title = Open your invite link
invite-missing-body = Open the link that the shop gave you.
invite-malformed-title = This link is not complete
invite-malformed-body = It was cut short or changed on the way. Copy the whole link again, or ask the shop for a new one.
invite-version-title = This link is newer than this page
invite-version-body = Load the page again. If that does not help, ask the shop for another link.
invite-kind-title = This page cannot open this kind of link
invite-kind-body = Ask the shop for a chat link.

## Connection

connection = Connection
connection-offline-title = No connection to the service
connection-connecting = Connecting…
connection-ready = Ready for shoppers
connection-away-chat = The shop is not here now
connection-away-desk = Not here now
connection-connected-chat = Connected, relayed
connection-connected-desk = Here now, relayed
connection-no-relay = Relay unreachable: not connected
connection-not-proven = Closed: the connection was not relayed
connection-refused-chat = Closed: the shop could not prove its key
connection-refused-desk = Closed: the shopper could not prove a key
connection-ended = Not connected
relayed-note = The shop’s browser never gets your IP address.
banner-waiting-chat = The shop is not here now. Your message waits in this browser: keep the page open, or come back.
banner-away-chat = The shop is not here now. Write anyway: your message waits in this browser until the shop is back.
banner-away-desk = This shopper is not here now. Your reply waits in this browser until they come back.
banner-offline = No connection to the service. What you write waits in this browser and goes out by itself.
banner-no-relay = The relay cannot be reached, and Hamsa never connects without it. It keeps trying.
banner-not-proven = The connection was not relayed, so it was closed before anything was sent.
banner-refused = The other side could not prove its key, so nothing was sent to it.
banner-storage = This browser cannot store messages any more. New ones are lost when you close the page. Free some space.
banner-unstored =
    { $count ->
        [one] { $count } message is on screen only: this browser could not store it. Free some space before you close the page.
       *[other] { $count } messages are on screen only: this browser could not store them. Free some space before you close the page.
    }
banner-damaged =
    { $count ->
        [one] { $count } stored piece of this chat could not be read. It comes again when the other side is here.
       *[other] { $count } stored pieces of this chat could not be read. They come again when the other side is here.
    }
banner-two-histories-chat = The shop has signed two different versions of this chat. You see the first. Ask the shop about it by phone or in person.
banner-two-histories-desk = This shopper has signed two different versions of this chat. You see the first. Ask them about it some other way before you go on.

## Messages

messages = Messages
message = Message
message-hint = Write a message
send = Send
retry = Retry
edit = Edit
show-all = Show all of it
show-earlier = Show earlier messages
blank-message = (a blank message)
from-shop = Shop
from-shopper = Shopper
state-storing = on this device…
state-waiting-chat = on this device, waiting for the shop
state-waiting-desk = on this device, waiting for the shopper
state-unsent = on this device, not sent
state-sending = sending
state-delivered = delivered
state-kept = kept by the shop
state-seen = seen
state-too-large = Not sent: this message is too long
state-storage-full = Not sent: this browser’s storage is full
state-storage-failed = Not sent: it could not be stored
state-removed = Not sent: this device no longer belongs to this conversation
time-doubtful = the sender’s clock may be wrong
today = Today
yesterday = Yesterday
jump-newest = Jump to the newest message
jump-new =
    { $count ->
        [one] { $count } new message
       *[other] { $count } new messages
    }
no-messages-chat = Say hello. Only you and the shop can read this.
no-messages-desk = Nothing written yet. Only the two of you can read this.
kept-persistent = The browser has promised to keep your copy of this chat until you clear its data.
kept-best-effort = Your copy of this chat is in this browser only, which may clear it when space gets short.
kept-unknown = Your copy of this chat is in this browser only, which does not say how long it keeps it.
text-too-long = This message is too long to send at once. Shorten it, or send it in parts.
closed-for-writing = You cannot write here any more.

## Chat

private-chat-with = Private chat with
promise-account = No account, no e-mail, no phone number
promise-address = Relayed: the other side’s browser never gets your IP address
promise-sealed = Only you and the shop can read your messages
promise-operator = Whoever runs { $host } sees addresses, as every website does, but no messages. It may be the shop itself.
shop-key = Shop key
shop-key-signed = Name signed with this key
start-chat = Start chat
