# Precision itself as a loss, with a recall that it must reach: without one it is
# perfect when nothing is predicted.
data = table("rows.csv", target = "class")
train(data, mlp(hidden = [16]), loss = soft_precision(positive = "M", min_recall = 0.5), batch_size = 512, epochs = 50)
