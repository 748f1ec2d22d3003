using System.Security.Cryptography;
using System.Text;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;

namespace Orrery.Grains.Licences;

/// <remarks>One for the fleet: an installation signs some thousand licences a day at most, and a signature takes less than a tenth of a millisecond.</remarks>
sealed class LicenceSignerGrain([PersistentState("licence-keys")] IPersistentState<LicenceSignerState> stored, SecretBox box, TimeProvider time) : Grain, ILicenceSignerGrain
{
    const int KeysMax = 20;

    ECDsa? signing;

    List<StoredKey> Stored => stored.State.Keys;

    public async Task<IReadOnlyList<LicenceKey>> Keys()
    {
        await EnsureAsync();
        return [.. Stored.AsEnumerable().Reverse().Select(key => new LicenceKey(key.Id, $"{key.Id} {Convert.ToBase64String(key.Public)}", key.Pem, key.CreatedAt, key == Stored[^1]))];
    }

    public async Task<string> Sign(string text)
    {
        await EnsureAsync();
        StoredKey key = Stored[^1];
        signing ??= Open(key);
        return $"{text}signature: {key.Id} {Convert.ToBase64String(signing.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256))}\n";
    }

    public async Task<IReadOnlyList<LicenceKey>> Rotate()
    {
        await EnsureAsync();
        if (Stored.Count >= KeysMax)
            throw new LimitReachedException($"There were {KeysMax} keys, the most there can be: programs that verify licences have to be given each of them.");
        await AddAsync();
        return await Keys();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        signing?.Dispose();
        return Task.CompletedTask;
    }

    Task EnsureAsync() => Stored.Count > 0 ? Task.CompletedTask : AddAsync();

    async Task AddAsync()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = made.ExportParameters(false).Q;
        string id = $"k{Stored.Count + 1}";
        Stored.Add(new StoredKey(id, box.Seal(Convert.ToBase64String(made.ExportPkcs8PrivateKey()), Purpose(id)), [.. point.X!, .. point.Y!], made.ExportSubjectPublicKeyInfoPem(), time.GetUtcNow()));
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // Nothing may be signed with a key that is not stored.
            DeactivateOnIdle();
            throw;
        }

        signing?.Dispose();
        signing = null;
    }

    ECDsa Open(StoredKey key)
    {
        var opened = ECDsa.Create();
        opened.ImportPkcs8PrivateKey(Convert.FromBase64String(box.Open(key.Sealed, Purpose(key.Id))), out _);
        return opened;
    }

    static string Purpose(string id) => $"licence signing key {id}";
}
