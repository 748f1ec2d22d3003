using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Users;

/// <summary>A password as it is stored.</summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Hash">PBKDF2 with SHA-512, 32 bytes.</param>
/// <param name="Iterations">Rounds that were used.</param>
sealed record PasswordHash(byte[] Salt, byte[] Hash, int Iterations);

/// <summary>Hashes passwords away from grains' turns, a bounded number at a time, so that sign-in attempts cannot take all processors.</summary>
sealed class PasswordHasher : IDisposable
{
    const int SaltBytes = 16;
    const int HashBytes = 32;

    readonly UserOptions options;
    readonly SecretSource secrets;
    readonly SemaphoreSlim running;
    readonly PasswordHash nobody;
    int waiting;

    public PasswordHasher(IOptions<UserOptions> options, SecretSource secrets)
    {
        this.options = options.Value;
        this.secrets = secrets;
        running = new SemaphoreSlim(this.options.HashesConcurrentMax);
        nobody = new PasswordHash(new byte[SaltBytes], new byte[HashBytes], this.options.HashIterations);
    }

    public async Task<PasswordHash> HashAsync(string password)
    {
        byte[] salt = new byte[SaltBytes];
        secrets.Fill(salt);
        byte[] hash = await DeriveAsync(password, salt, options.HashIterations);
        return new PasswordHash(salt, hash, options.HashIterations);
    }

    /// <summary>Compares in constant time. Without a stored hash it works as long and answers false, so that the time taken does not tell who exists.</summary>
    public async Task<bool> VerifyAsync(string password, PasswordHash? stored)
    {
        var compared = stored ?? nobody;
        byte[] hash = await DeriveAsync(password, compared.Salt, compared.Iterations);
        return CryptographicOperations.FixedTimeEquals(hash, compared.Hash) && stored is not null;
    }

    /// <summary>Whether a stored hash was made with other settings than today's.</summary>
    public bool IsOutdated(PasswordHash stored) => stored.Iterations != options.HashIterations;

    public void Dispose() => running.Dispose();

    async Task<byte[]> DeriveAsync(string password, byte[] salt, int iterations)
    {
        if (Interlocked.Increment(ref waiting) > options.HashesWaitingMax)
        {
            Interlocked.Decrement(ref waiting);
            throw new LimitReachedException($"{options.HashesWaitingMax} passwords wait to be checked already. Try again in a few seconds.");
        }

        try
        {
            await running.WaitAsync();
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        try
        {
            return await Task.Run(() => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashBytes));
        }
        finally
        {
            running.Release();
        }
    }
}
