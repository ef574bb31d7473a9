## The dialog “Safety number”

number-why-chat = You and the shop see the same number here when nobody stands between you.
number-why-desk = You and this shopper see the same number here when nobody stands between you.
number-waiting = Working out the number…
number-how = How to compare
number-call-chat = Call the shop on a number that you already know, or go there. Not in this chat.
number-call-desk = Call the shopper on a number that you already know, or wait until they are in the shop. Not in this chat.
number-read = Open “Safety number” on both sides, and read the groups to each other, from the top left, line by line.
number-same = All are the same: only the two of you can read this chat.
number-differs-chat = One is different: write nothing private here, and tell the shop.
number-differs-desk = One is different: write nothing private here, and hand the shopper a new link yourself.
