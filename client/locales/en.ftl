## Everywhere

app-name = Hamsa
you = You
language-other = العربية
settings = Settings
loading = One moment…
page-title = { $place } · Hamsa
load-again = Load again
crash-title = Something went wrong on this page
crash-body = What was already stored in this browser is still here. Load the page again to go on.
close = Close
part-failed = This part could not be loaded. Check the connection and try again.
safety-number = Safety number

## Pages that cannot work

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

## Connection

connection = Connection
connection-offline-title = No connection to the service
connection-connecting = Connecting…
connection-no-relay = Relay unreachable: not connected
connection-not-loaded = Not connected: a part of the page is missing
connection-not-proven = Closed: the connection was not relayed
banner-offline = No connection to the service. What you write waits in this browser and goes out by itself.
banner-no-relay = The relay cannot be reached, and Hamsa never connects without it. It keeps trying.
banner-not-loaded = A part of this page could not be loaded, so nothing is connected. Your messages are kept on this device. Load the page again.
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

## Messages

messages = Messages
message = Message
message-hint = Write a message
send = Send
retry = Try again
edit = Edit
show-all = Show all of it
show-earlier = Show earlier messages
blank-message = (a blank message)
from-shop = Shop
writing-shop = The shop is writing…
writing = writing…
state-storing = on this device…
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
text-too-long = This message is too long to send at once. Shorten it, or send it in parts.
closed-for-writing = You cannot write here any more.
