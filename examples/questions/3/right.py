# One output for a question of yes or no: its probability, and binary cross entropy.
data = table("rows.csv", target = "class", positive = "yes")
train(data, mlp(hidden = [16]), loss = bce(), epochs = 30)
