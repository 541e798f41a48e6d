"""How the portal is served: connections by granian, places and bodies here, the answer by Flask."""
