"""From audio to turns of words: engines, weights, speakers, and the process they run in."""
