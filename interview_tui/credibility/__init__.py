"""Figures by which a critical-incident study is judged: Butterfield, Borgen, Amundson and Maglio (2005), and kappa."""
