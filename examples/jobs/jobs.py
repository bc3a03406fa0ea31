# How long will a job run? Four classes of a cluster's jobs, 51/31/12/6 %.  descent train examples/jobs/jobs.py
data = table("hpc.csv", target = "class")
train(data, mlp(hidden = [64, 32], dropout = 0.1), loss = cross_entropy())
