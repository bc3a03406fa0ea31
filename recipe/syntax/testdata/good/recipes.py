# the words of recipes
data = table("tickets.parquet", target = ["billing", "outage", "refund"], drop = ["ticket_id"], group = "customer_id")
train(
    data,
    mlp(hidden = [64, 64]),
    loss = soft_f1(average = "macro", class_weight = {"VF": 1, "F": 1, "M": 2, "L": 4}) + 0.5 * dice(per = "image"),
    threshold = best_f(beta = 2),
    metrics = [f1(average = "macro"), average_precision(average = "macro")],
    early_stop = early_stop("valid.f1_macro", patience = 20),
)
q = 0.9

def pinball(y_true, y_pred):
    e = y_true - y_pred
    return K.maximum(q * e, (q - 1) * e)

net = parts(
    encode = mlp(hidden = [64], heads = {"mean": 4, "log_var": 4}),
    decode = mlp(hidden = [64], out = data.width),
)

def negative_elbo(step, net):
    mean, log_var = net.encode(step.x)
    z = step.gaussian(mean, log_var)  # mean + exp(0.5 * log_var) * noise
    recon = -data.log_likelihood(net.decode(z), step.x)
    step.report("kl", K.mean(K.sum(K.gaussian_kl(mean, log_var), axis = 1)))
    return K.mean(K.sum(recon, axis = 1))

train(data, net, objective = negative_elbo, batch_size = 256, epochs = 100)
