using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Keys;

namespace Orrery.Grains.Keys;

sealed class ApiKeyGrain : Grain, IApiKeyGrain
{
    const int SecretLengthMin = 16;
    const int SecretLengthMax = 128;

    readonly ShelvedState<ApiKeyState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly TimeProvider time;
    readonly SecretSource secrets;

    public ApiKeyGrain(TimeProvider time, SecretSource secrets, ILogger<ApiKeyGrain> logger)
    {
        stored = new ShelvedState<ApiKeyState>(this, shelf => GrainFactory.GetGrain<IShelfGrain>(shelf), "keys");
        this.time = time;
        this.secrets = secrets;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry in the site's keys", Announce, logger);
    }

    string Id => this.GetPrimaryKeyString();

    ApiKeyState State => stored.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await stored.ReadStateAsync(cancellationToken);
        if (State.Info is not null)
            announcement.Soon();
    }

    public async Task<CreatedApiKey> Create(string siteKey, string name, string? secret, string createdBy)
    {
        if (!EntityKeys.IsPart(Id) || Id.Length < 4 || Id.AsSpan().ContainsAny('_', '.'))
            throw new InvalidInputException("id", $"'{(Id.Length <= 64 ? Id : Id[..64])}' cannot be a key's id: use 4 to 64 characters of a-z, 0-9 and '-', beginning with a letter or digit.");
        if (State.Info is not null)
            throw new ConflictException($"A key with the id '{Id}' exists already. Choose another id.");
        string checkedName = InputChecks.Name("name", name);
        string chosen = secret ?? secrets.NextToken();
        if (chosen.Length is < SecretLengthMin or > SecretLengthMax || chosen.Any(c => c is <= ' ' or > '~'))
            throw new InvalidInputException("secret", $"The secret has {chosen.Length} characters; use {SecretLengthMin} to {SecretLengthMax} printable ASCII characters without spaces, or leave it out for a random one.");
        var info = new ApiKeyInfo(Id, EntityKeys.TenantOf(siteKey), EntityKeys.Leaf(siteKey), checkedName, createdBy, time.GetUtcNow(), RevokedAt: null);
        stored.State = new ApiKeyState { Info = info, SecretHash = Hash(chosen) };
        await writer.WriteAsync();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException)
        {
            await writer.ClearAsync();
            throw;
        }

        return new CreatedApiKey($"ok_{Id}_{chosen}", info);
    }

    public Task<ApiKeyInfo?> Verify(string secret)
    {
        // Ids that were made up shall not fill the memory.
        if (State.Info is null)
            DeactivateOnIdle();
        // The hash is made and compared also where there is no key, so that the time taken tells nothing.
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        State.SecretHash.AsSpan().CopyTo(expected);
        bool equal = CryptographicOperations.FixedTimeEquals(Hash(secret.Length <= SecretLengthMax ? secret : ""), expected);
        return Task.FromResult(equal && State.Info is { RevokedAt: null } info ? info : null);
    }

    public async Task Revoke()
    {
        if (State.Info is not { } info)
            throw new NotFoundException($"There is no key '{Id}'.");
        if (info.RevokedAt is null)
        {
            State.Info = info with { RevokedAt = time.GetUtcNow() };
            await writer.WriteAsync();
        }

        await announcement.TryNow();
    }

    Task Announce() => State.Info is { } info
        ? GrainFactory.GetGrain<IApiKeyDirectoryGrain>(EntityKeys.Site(info.Tenant, info.Site)).Set(info)
        : Task.CompletedTask;

    static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
