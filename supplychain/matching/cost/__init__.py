"""What a piece costs: landed cost, expected total cost, freight, duty, exchange rates."""
