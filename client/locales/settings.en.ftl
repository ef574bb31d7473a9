## The dialog “Settings”

theme = Theme
theme-system = Like this device
theme-light = Light
theme-dark = Dark
others-know-chat = What the shop knows
others-know-desk = What your shoppers know
tell-seen = What I have seen
tell-seen-why-chat = The shop sees which of its messages were in view here.
tell-seen-why-desk = Shoppers see which of their messages were in view on this desk.
tell-typing = That I am writing
tell-typing-why = Only that someone is writing. No letter leaves this browser before Send.
choice-not-stored = This holds for now, but could not be stored: after a reload it is as before.
