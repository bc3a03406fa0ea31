import tensorflow as tf

def kl(y_true, y_pred):
    z_mean, z_log_var = y_pred[:, :2], y_pred[:, 2:]
    kl_loss = -0.5 * (1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var))
    return kl_loss
