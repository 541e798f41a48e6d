"""Who can make a line: hard filters, requirements, routings and free capacity."""
