namespace Orrery.Agent.Collection;

/// <summary>Turns a counter that only grows into a rate per second. A counter that fell (restart, wrap-around) gives no value once.</summary>
internal struct Rate
{
    double last;
    long lastAt;

    /// <returns>Per second since the previous call, or NaN the first time and after a fall.</returns>
    public double Next(double counter, long now)
    {
        double rate = lastAt != 0 && now > lastAt && counter >= last ? (counter - last) * 1000.0 / (now - lastAt) : double.NaN;
        last = counter;
        lastAt = now;
        return rate;
    }
}
