class_weights = {0:1000/900,1:1000/100}
model.fit(X_train, Y_train, epochs = 30, batch_size=32, class_weight=class_weights)
