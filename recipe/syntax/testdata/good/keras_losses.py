from keras import backend as K
import tensorflow as tf


def focal_loss(gamma=2., alpha=.25):
    """Focal loss for imbalanced classes."""
    def focal_loss_fixed(y_true, y_pred):
        pt_1 = tf.where(tf.equal(y_true, 1), y_pred, tf.ones_like(y_pred))
        pt_0 = tf.where(tf.equal(y_true, 0), y_pred, tf.zeros_like(y_pred))
        return -K.mean(alpha * K.pow(1. - pt_1, gamma) * K.log(pt_1 + K.epsilon())) \
            - K.mean((1 - alpha) * K.pow(pt_0, gamma) * K.log(1. - pt_0 + K.epsilon()))
    return focal_loss_fixed


@tf.keras.utils.register_keras_serializable(package="Custom", name="DiceLoss")
class DiceLoss(tf.keras.losses.Loss):
    def __init__(self, smooth: float = 1e-6, axis=(1, 2, 3), **kwargs):
        super().__init__(**kwargs)
        self.smooth, self.axis = smooth, axis

    def call(self, y_true, y_pred):
        y_true = tf.cast(y_true, y_pred.dtype)
        inter = tf.reduce_sum(y_true * y_pred, axis=self.axis)
        union = tf.reduce_sum(y_true + y_pred, axis=self.axis)
        dice = (2. * inter + self.smooth) / (union + self.smooth)
        return 1 - tf.reduce_mean(dice)

    def get_config(self):
        return {**super().get_config(), "smooth": self.smooth}


def weighted(weights):
    weights = K.variable(weights)

    def loss(y_true, y_pred):
        y_pred /= K.sum(y_pred, axis=-1, keepdims=True)
        y_pred = K.clip(y_pred, K.epsilon(), 1 - K.epsilon())
        loss = y_true * K.log(y_pred) * weights
        return -K.sum(loss, -1)

    return loss


model = keras.Sequential([
    layers.Conv2D(16, 3, padding = "same", activation = "relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(1, 1, activation = "sigmoid"),
])
print(f"{model.name}: {model.count_params():,} parameters, loss {history['loss'][-1]:.4f}")
