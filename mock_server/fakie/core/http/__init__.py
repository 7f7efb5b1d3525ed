"""What is carried in and out: requests, bodies, answers, and how an answer may be spoiled on its way."""
