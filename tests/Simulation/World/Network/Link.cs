namespace Orrery.Simulation;

/// <summary>
/// The way from one machine to another (one direction), or to a store. Bytes keep their order within a connection and wait while the link is broken, as
/// TCP has them wait; a middlebox that misbehaves drops or doubles whole chunks.
/// </summary>
internal sealed class Link(Dice dice)
{
    private static readonly TimeSpan s_least = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(2);

    private readonly List<Action> _waiting = [];
    private int _breaks;

    public bool IsBroken => _breaks > 0;

    /// <summary>What is added to each delay at the moment, at most.</summary>
    public TimeSpan Slowness { get; set; }

    public double DropChance { get; set; }

    public double DoubleChance { get; set; }

    public TimeSpan NextDelay() => dice.Between(s_least, s_most) + (Slowness > TimeSpan.Zero ? Slowness * dice.Fraction() : TimeSpan.Zero);

    public int NextCopies() => DropChance > 0 && dice.Chance(DropChance) ? 0 : DoubleChance > 0 && dice.Chance(DoubleChance) ? 2 : 1;

    public void Break() => _breaks++;

    public void Mend()
    {
        if (--_breaks > 0) return;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var go in waiting) go();
    }

    /// <summary>Runs this once the link is whole.</summary>
    public void WhenWhole(Action go)
    {
        if (IsBroken)
            _waiting.Add(go);
        else
            go();
    }
}
