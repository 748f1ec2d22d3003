namespace Orrery.Client.Licences;

/// <summary>Whether a program may run, as a <see cref="LicenceGuard"/> finds it.</summary>
public enum LicenceStatus
{
    /// <summary>A licence holds.</summary>
    Valid,

    /// <summary>It has expired and still holds for its days of grace: warn.</summary>
    Grace,

    /// <summary>There is no licence for this product, version and site.</summary>
    Missing,

    /// <summary>It does not hold yet.</summary>
    NotYetValid,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>The vendor took it back.</summary>
    Revoked,

    /// <summary>The machine's clock is behind a moment that has certainly been.</summary>
    ClockSetBack,
}

/// <summary>What a <see cref="LicenceGuard"/> found.</summary>
public sealed class LicenceFinding
{
    internal LicenceFinding(LicenceStatus status, Licence? licence, string reason)
    {
        Status = status;
        Licence = licence;
        Reason = reason;
    }

    /// <summary>Whether it holds.</summary>
    public LicenceStatus Status { get; }

    /// <summary>Which licence it is about; null: there is none.</summary>
    public Licence? Licence { get; }

    /// <summary>A sentence for people, with what to do.</summary>
    public string Reason { get; }

    /// <summary>Whether the program may run.</summary>
    public bool Holds => Status is LicenceStatus.Valid or LicenceStatus.Grace;

    /// <summary>Whether a module may be used by so many people at once.</summary>
    public bool Allows(string module, int users = 1) =>
        Holds && Licence!.Modules.TryGetValue(module, out int? most) && users <= (most ?? Licence.Users ?? int.MaxValue);
}
