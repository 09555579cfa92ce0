"""What lies on a disk: model folders, classifiers, sheets of pictures. numpy, no torch."""
