namespace Orrery.Grains.Health.Series;

/// <summary>The times that samples may have, and the periods that they are stored by. Unix milliseconds.</summary>
static class SampleTimes
{
    /// <summary>1970-01-01.</summary>
    public const long First = 0;

    /// <summary>The end of the year 9999.</summary>
    public const long Last = 253_402_300_799_999;

    public const long Minute = 60_000;

    public const long Hour = 60 * Minute;

    public const long Day = 24 * Hour;

    public static long DayStart(long time) => time - (time % Day);
}
