## The shop has refused

refusal-used-up = This link was already used
refusal-used-up-more = It works for one person, and someone has started a chat with it. If that was you, open the chat in the same browser. If not, ask the shop for a new link.
refusal-expired = This link has expired
refusal-expired-more = Ask the shop for a new one, or reach it another way: by phone or on its website.
refusal-revoked = The shop has withdrawn this link
refusal-revoked-more = It does not open a chat any more. Ask the shop for a new one, or reach it another way: by phone or on its website.
refusal-foreign = The shop does not know this link
refusal-foreign-more = The shop has no record of it. Ask for a new one, or reach the shop another way: by phone or on its website.
refusal-closed = The shop has closed this chat
refusal-closed-more = What was said stays here for you to read. To reach the shop, use another way: its phone or its website.
