namespace Orrery.Grains.Users;

public sealed class UserOptions
{
    /// <summary>Rounds of PBKDF2 with SHA-512 for new passwords. Default 210,000. Passwords that were hashed with another number are checked with theirs and hashed anew at the next sign-in.</summary>
    public int HashIterations { get; set; } = 210_000;

    /// <summary>Passwords that are hashed at the same time in one silo; further ones wait. Default: half the processors, at least 1.</summary>
    public int HashesConcurrentMax { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Passwords that may wait for hashing in one silo before sign-in answers that it is busy. Default 64.</summary>
    public int HashesWaitingMax { get; set; } = 64;

    /// <summary>How long a session lasts. Default 12 hours.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Sessions of one user at a time; signing in once more ends the oldest. Default 50.</summary>
    public int SessionsMax { get; set; } = 50;

    /// <summary>Wrong passwords in a row after which the account pauses. Default 10.</summary>
    public int WrongPasswordsMax { get; set; } = 10;

    /// <summary>How long it pauses. Default one minute.</summary>
    public TimeSpan PauseAfterWrongPasswords { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Most users. Default 20,000.</summary>
    public int UsersMax { get; set; } = 20_000;
}
