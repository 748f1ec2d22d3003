namespace Orrery.Agent.Simulation;

/// <summary>What is wrong with a simulated site.</summary>
internal enum Trouble
{
    None,
    /// <summary>A report that never ends takes every core, about a quarter of the time.</summary>
    Runaway,
    /// <summary>The application server's memory grows for hours until it is restarted.</summary>
    Leak,
    /// <summary>The data disk fills until somebody cleans up.</summary>
    DiskFills,
    /// <summary>The server is gone for a while.</summary>
    Silent,
    /// <summary>The line to the cloud breaks for seconds: samples arrive late, none is missing.</summary>
    Intermittent,
    /// <summary>Sessions wait for locks at the busy hours.</summary>
    Locks,
}

/// <summary>What a site is, fixed by the seed; and how busy it is at a time.</summary>
internal sealed class SiteCharacter
{
    const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;
    static readonly Trouble[] Order = [Trouble.None, Trouble.Runaway, Trouble.Leak, Trouble.DiskFills, Trouble.Silent, Trouble.Intermittent, Trouble.None, Trouble.Locks];
    const int TroubleEvery = 20;

    readonly TimeZoneInfo zone;
    long offsetHour = long.MinValue;
    long offset;

    public SiteCharacter(ulong seed, int index, string timeZone)
    {
        Seed = Noise.Mix(seed, (ulong)index);
        int place = index % TroubleEvery;
        Trouble = place < Order.Length ? Order[place] : Trouble.None;
        zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out TimeZoneInfo? found) ? found : TimeZoneInfo.Utc;
        Cores = 4 << (int)(Noise.Mix(Seed, 1) % 3);
        MemoryBytes = (16L << (int)(Noise.Mix(Seed, 2) % 4)) << 30;
        DataDiskBytes = (long)(Noise.Mix(Seed, 3) % 8 + 2) * 250_000_000_000;
        Size = 0.6 + 0.8 * Noise.Uniform(Seed, 4);
        Windows = Noise.Uniform(Seed, 5) < 0.4;
        Engine = Windows ? "sqlserver" : Noise.Uniform(Seed, 6) < 0.5 ? "mysql" : "postgresql";
        bootPhase = (long)(Noise.Uniform(Seed, 7) * 60 * Day);
        phase = (long)(Noise.Uniform(Seed, 8) * 24 * Hour);
    }

    readonly long bootPhase, phase;

    public ulong Seed { get; }

    public Trouble Trouble { get; }

    public int Cores { get; }

    public long MemoryBytes { get; }

    public long DataDiskBytes { get; }

    /// <summary>How much business it does, about 1.</summary>
    public double Size { get; }

    public bool Windows { get; }

    public string Engine { get; }

    /// <summary>0 at night to about 1.2 on a closing day: the rhythm of people at work.</summary>
    public double Activity(long now)
    {
        long local = now + Offset(now);
        double hour = local % Day / (double)Hour;
        var date = DateTimeOffset.FromUnixTimeMilliseconds(local);
        double morning = Bump(hour, 10.2, 2.2), afternoon = Bump(hour, 15.5, 2.6), evening = 0.35 * Bump(hour, 20.5, 1.5);
        double people = Math.Max(Math.Max(morning, afternoon), evening);
        if (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            people *= 0.35;
        // Nightly batches: planning runs and backups.
        double batch = 0.55 * Bump(hour, 2.5, 0.7);
        int days = DateTime.DaysInMonth(date.Year, date.Month);
        double closing = date.Day >= days - 1 || date.Day <= 2 ? 0.45 * Math.Max(people, Bump(hour, 21, 2.5)) : 0;
        return Math.Max(0.03, Math.Max(people, batch) + closing) * (1 + 0.12 * Noise.Rough(Seed + 100, now));
    }

    /// <summary>0 outside; inside a trouble that comes and goes, 0 to 1 how far it has got.</summary>
    public double Progress(long now, long periodMinutes, long lengthMinutes)
    {
        long at = (now + phase) % (periodMinutes * Minute);
        return at < lengthMinutes * Minute ? (at + 1.0) / (lengthMinutes * Minute) : 0;
    }

    /// <summary>Milliseconds since the machine started; it is restarted every few weeks.</summary>
    public long Uptime(long now) => (now + bootPhase) % (43 * Day);

    public bool Sends(long now) => Trouble switch
    {
        Trouble.Silent => Progress(now, 75, 14) == 0,
        _ => true,
    };

    /// <summary>Whether the line to the cloud is up: what it delays arrives later.</summary>
    public bool Online(long now) => Trouble != Trouble.Intermittent || Noise.Smooth(Seed + 9, now, 90_000) < 0.35;

    /// <summary>The offset of the time zone changes at most hourly.</summary>
    long Offset(long now)
    {
        if (now / Hour != offsetHour)
        {
            offsetHour = now / Hour;
            offset = (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(now)).TotalMilliseconds;
        }
        return offset;
    }

    static double Bump(double hour, double centre, double width)
    {
        double distance = Math.Abs(hour - centre);
        distance = Math.Min(distance, 24 - distance) / width;
        return Math.Exp(-distance * distance);
    }
}
