package train

// Version is that of Descent, as runs record it.
const Version = "0.1.0"
