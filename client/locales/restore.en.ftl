## Bringing a shop back from its recovery file

restore-title = Bring your shop back
restore-lead = Choose the file, and write the passphrase that you gave it. Your public link keeps working. What came after the file was saved is not in it: who came later by a link for one person needs a new one.
restore-file = Recovery file
restore-choose = Choose file
restore-none = No file chosen yet
restore-passphrase = Passphrase of the file
restore-shop = Restore shop
restore-busy =
    { $count ->
        [0] Opening the file…
        [one] Restoring… { $count } item so far
       *[other] Restoring… { $count } items so far
    }
restore-no-file = Choose the recovery file first.
restore-no-passphrase = Write the passphrase of the file.
restore-not-a-backup = This is not a recovery file of Hamsa. Choose the file that you saved from your desk.
restore-newer = A newer Hamsa made this file. Load the page again, then try once more.
restore-wrong-passphrase = This passphrase does not open the file. Check the language of the keyboard, and capital letters.
restore-damaged = This file is damaged or was changed, so it cannot be used. Try another copy of it.
restore-cut-short = The end of this file is missing. It may not have been copied whole: copy it again.
restore-unfit = The file itself is fine, but there is no shop in it that can be restored. Choose another one.
restore-no-memory = This browser has too little memory to try the passphrase. Close other tabs, then try again.
restore-storage = This browser could not store the shop. Free some space, then try again.
