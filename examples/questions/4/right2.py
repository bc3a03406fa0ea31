# The answer's loss works as it stands, too.
def f1_weighted(true, pred):
    ground_positives = K.sum(true, axis=0) + K.epsilon()
    pred_positives = K.sum(pred, axis=0) + K.epsilon()
    true_positives = K.sum(true * pred, axis=0) + K.epsilon()
    precision = true_positives / pred_positives
    recall = true_positives / ground_positives
    f1 = 2 * (precision * recall) / (precision + recall + K.epsilon())
    weighted_f1 = f1 * ground_positives / K.sum(ground_positives)
    return 1 - K.sum(weighted_f1)

data = table("rows.csv", target = "class")
train(data, mlp(hidden = [16]), loss = f1_weighted, batch_size = 256, epochs = 50)
