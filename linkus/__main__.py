from linkus.cli import main

main()
