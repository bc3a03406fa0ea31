# F1 with probabilities in place of decisions. Batches are large, since it is a
# quotient of sums over the batch.
data = table("rows.csv", target = "class")
train(data, mlp(hidden = [16]), loss = soft_f1(average = "weighted"), batch_size = 256, epochs = 50)
