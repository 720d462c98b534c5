"""The best way through the states is as cheap as any there is, and every other one is said to be so much dearer."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.attribution.path import Network, Stage, best_path

costs = st.integers(-5, 12).map(float)
prices = st.integers(0, 9).map(float)


@st.composite
def problems(draw):
    """A small network with its start costs and stages; a hop is cheaper than a jump."""
    count = draw(st.integers(1, 4))
    states = st.integers(0, count - 1)
    each = st.lists(costs, min_size=count, max_size=count)
    hop = draw(prices)
    network = Network(
        [draw(st.lists(st.tuples(states, prices), max_size=3)) for _ in range(count)],
        hop + draw(st.integers(1, 5)),
        draw(st.just(()) | st.lists(st.integers(0, 2), min_size=count, max_size=count)),
        hop,
    )
    return network, draw(each), draw(st.lists(st.builds(Stage, each, each), min_size=1, max_size=4))


def price(network, start, stages, path):
    """What a sequence of states costs, worked out from what the transitions are said to be."""
    total = start[path[0]] + stages[0].costs[path[0]]
    for stage, (source, target) in zip(stages[1:], pairwise(path), strict=True):
        ways = [cost for there, cost in network.steps[source] if there == target]
        same = bool(network.groups) and network.groups[source] == network.groups[target]
        entering = min([*ways, network.hop if same else network.jump]) + stage.entering[target]
        total += (min(entering, 0.0) if source == target else entering) + stage.costs[target]
    return total


def every_path(network, stages):
    return product(range(len(network.steps)), repeat=len(stages))


@given(problems())
def test_the_best_path_costs_no_more_than_any_other(problem):
    network, start, stages = problem
    path, _ = best_path(*problem)
    assert len(path) == len(stages)
    least = min(price(network, start, stages, other) for other in every_path(network, stages))
    assert price(network, start, stages, path) == pytest.approx(least)


@given(problems())
def test_the_way_through_every_state_costs_what_the_best_of_those_ways_costs(problem):
    network, start, stages = problem
    _, through = best_path(*problem)
    for number, costs_there in enumerate(through):
        for state, cost in enumerate(costs_there):
            ways = (path for path in every_path(network, stages) if path[number] == state)
            assert cost == pytest.approx(min(price(network, start, stages, path) for path in ways))


@given(problems())
def test_the_chosen_states_are_those_through_which_the_best_way_leads(problem):
    path, through = best_path(*problem)
    best = min(through[0])
    for state, costs_there in zip(path, through, strict=True):
        assert costs_there[state] == pytest.approx(best)
        assert min(costs_there) == pytest.approx(best)


def test_where_there_is_nothing_to_go_through_there_is_no_way():
    assert best_path(Network([()], 1.0), [0.0], []) == ([], [])


def test_a_hop_leads_only_within_a_group():
    network = Network([(), (), ()], jump=9.0, groups=(0, 0, 1), hop=2.0)
    to_each = [Stage([0.0 if state == wanted else 100.0 for state in range(3)], [0.0] * 3) for wanted in (0, 1, 2)]
    _, (_, through) = best_path(network, [0.0, 100.0, 100.0], [to_each[0], Stage([0.0] * 3, [0.0] * 3)])
    assert through == [0.0, 2.0, 9.0]


def test_to_stay_is_free_however_dear_it_is_to_come():
    stages = [Stage([0.0, 0.0], [50.0, 50.0])] * 3
    path, through = best_path(Network([(), ()], 1.0), [0.0, 1.0], stages)
    assert path == [0, 0, 0]
    assert through[-1] == [0.0, 1.0]
