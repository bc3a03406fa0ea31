# empty but for this comment
