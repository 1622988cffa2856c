"""Training of Silhouette's embedded bundle: scenes, text distillation, alignment, export."""
