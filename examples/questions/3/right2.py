# Two outputs work as well: one for each class, a softmax, and cross entropy.
data = table("rows.csv", target = "class", task = "multiclass")
train(data, mlp(hidden = [16]), loss = cross_entropy(), epochs = 30)
