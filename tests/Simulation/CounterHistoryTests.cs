namespace Orrery.Simulation.Tests;

/// <summary>The checker of histories has to find what is wrong, and nothing else.</summary>
public sealed class CounterHistoryTests
{
    private readonly CounterHistory _history = new("c");

    [Fact]
    public void Increments_and_reads_one_after_the_other_are_in_order()
    {
        Told(isIncrement: true, 0, 1, 1);
        Told(isIncrement: false, 2, 3, 1);
        Told(isIncrement: true, 4, 5, 2);
        _history.Check().ShouldBeNull();
    }

    [Fact]
    public void A_read_that_began_after_an_increment_ended_sees_it()
    {
        Told(isIncrement: true, 0, 1, 1);
        Told(isIncrement: false, 2, 3, 0);
        _history.Check().ShouldNotBeNull().ShouldContain("saw less");
    }

    [Fact]
    public void Operations_that_overlap_may_see_either()
    {
        Told(isIncrement: true, 0, 10, 1);
        Told(isIncrement: false, 1, 9, 0);
        Told(isIncrement: false, 1, 9, 1);
        _history.Check().ShouldBeNull();
    }

    [Fact]
    public void Two_increments_are_not_told_the_same_value()
    {
        Told(isIncrement: true, 0, 10, 1);
        Told(isIncrement: true, 0, 10, 1);
        _history.Check().ShouldNotBeNull().ShouldContain("both told 1");
    }

    [Fact]
    public void An_increment_of_unknown_outcome_may_have_happened_or_not_and_as_late_as_it_likes()
    {
        _history.Begin(isIncrement: true, 0);
        Told(isIncrement: false, 5, 6, 0);
        Told(isIncrement: false, 7, 8, 1);
        _history.Check().ShouldBeNull();
    }

    [Fact]
    public void A_value_is_not_told_before_enough_increments_had_begun()
    {
        Told(isIncrement: false, 0, 1, 1);
        _history.Begin(isIncrement: true, 2);
        _history.Check().ShouldNotBeNull().ShouldContain("can have made it");
    }

    [Fact]
    public void An_increment_is_not_applied_twice()
    {
        Told(isIncrement: true, 0, 1, 1);
        Told(isIncrement: true, 2, 3, 3);
        _history.Check().ShouldNotBeNull().ShouldContain("can have made it");
    }

    [Fact]
    public void An_acknowledged_increment_is_not_lost()
    {
        Told(isIncrement: true, 0, 1, 1);
        Told(isIncrement: true, 2, 3, 2);
        Told(isIncrement: true, 4, 5, 2);
        _history.Check().ShouldNotBeNull();
    }

    private void Told(bool isIncrement, long began, long ended, long value) => _history.End(_history.Begin(isIncrement, began), ended, value);
}
