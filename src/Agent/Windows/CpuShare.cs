namespace Orrery.Agent.Windows;

/// <summary>Percent busy between two readings of idle and whole time.</summary>
internal struct CpuShare
{
    long idle, total;

    /// <returns>NaN the first time, and when no time passed.</returns>
    public double Next(long idleNow, long totalNow)
    {
        double percent = total != 0 && totalNow > total ? Math.Clamp(100.0 * (1 - (double)(idleNow - idle) / (totalNow - total)), 0, 100) : double.NaN;
        idle = idleNow;
        total = totalNow;
        return percent;
    }
}
