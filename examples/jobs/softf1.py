# The same by F1: each class counts by its rows. F1 is made of counts, so batches are large.  descent train examples/jobs/softf1.py
data = table("hpc.csv", target = "class")
train(
    data,
    mlp(hidden = [64, 32]),
    loss = soft_f1(average = "weighted"),
    optimizer = adam(learning_rate = 3e-3),
    batch_size = 512,
    epochs = 200,
    early_stop = early_stop("valid.loss", patience = 20),
)
