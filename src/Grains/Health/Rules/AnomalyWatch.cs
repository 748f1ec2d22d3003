using Orrery.Grains.Health.Anomaly;

namespace Orrery.Grains.Health.Rules;

/// <summary>Scores one series by the means of its minutes, and holds a score for a while, since a scorer is high once when an anomaly begins.</summary>
sealed class AnomalyWatch(AnomalyScorer scorer, long holdMilliseconds)
{
    const long Minute = 60_000;

    long minute = -1;
    double sum;
    int count;
    double held;
    long heldAt;

    /// <summary>Takes a sample, in order of time.</summary>
    public void Observe(long atMilliseconds, double value)
    {
        if (!double.IsFinite(value))
            return;
        long its = atMilliseconds / Minute;
        if (its != minute)
        {
            Close();
            minute = its;
        }

        sum += value;
        count++;
    }

    /// <summary>The highest score of the last while, 0 to 1.</summary>
    public double Score(long nowMilliseconds) => nowMilliseconds - heldAt < holdMilliseconds ? held : 0;

    public byte[] Export() => scorer.Export();

    void Close()
    {
        if (count == 0)
            return;
        long start = minute * Minute;
        double score = scorer.Observe(start, sum / count).Score;
        if (score >= Score(start + Minute))
            (held, heldAt) = (score, start + Minute);
        sum = 0;
        count = 0;
    }
}
