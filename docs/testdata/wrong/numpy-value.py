# fault: values read with numpy()
# thread: https://github.com/keras-team/keras/issues/12057
# elsewhere: Keras: fails, or leaves the part out of the gradient
# check: --pred N,1 --target N,1 --activation none --target-kind real
# says: traced-value
from keras import backend as K


def with_outside_score(y_true, y_pred):
    score = float(y_pred.numpy().max())
    return K.mean(K.square(y_true - y_pred)) + score
