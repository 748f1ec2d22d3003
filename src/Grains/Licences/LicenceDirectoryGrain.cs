using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Licences;

/// <remarks>Reentrant, because licences that it deletes tell it so meanwhile.</remarks>
[Reentrant]
sealed class LicenceDirectoryGrain : Grain, ILicenceDirectoryGrain
{
    const int TenantMax = 200, FleetMax = 20_000, NonceLengthMax = 64;

    readonly IPersistentState<LicenceDirectoryState> stored;
    readonly StateWriter writer;
    readonly TimeProvider time;

    public LicenceDirectoryGrain([PersistentState("licences")] IPersistentState<LicenceDirectoryState> stored, TimeProvider time)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    SortedDictionary<string, ListedLicence> Licences => stored.State.Licences;

    bool IsFleet => this.GetPrimaryKeyString() == EntityKeys.Fleet;

    public Task<Page<LicenceSummary>> List(PageRequest request, int? endsWithinDays)
    {
        IEnumerable<LicenceSummary> found = Licences.Values.Select(static listed => listed.Summary);
        if (endsWithinDays is { } days)
        {
            DateTimeOffset end = time.GetUtcNow().AddDays(days);
            found = found.Where(licence => licence.RevokedRevision < licence.Revision && licence.Expires < end);
        }

        return Task.FromResult(Pages.Cut(found, static licence => licence.Key, static (licence, text) => Pages.AnyContains(text, licence.Key, licence.Product, licence.Customer), request));
    }

    public Task Set(string key, LicenceSummary? summary, string? text)
    {
        if (summary is null)
            return Licences.Remove(key) ? writer.WriteAsync() : writer.Pending;
        var listed = new ListedLicence(summary, text);
        if (Licences.TryGetValue(key, out ListedLicence? known) && known == listed)
            return writer.Pending;
        int most = IsFleet ? FleetMax : TenantMax;
        if (known is null && Licences.Count >= most)
            throw new LimitReachedException(IsFleet ? $"The fleet has {most:N0} licences, the most it may have." : $"The tenant '{this.GetPrimaryKeyString()}' has {most} licences, the most it may have. Renew one in place of issuing another.");
        Licences[key] = listed;
        return writer.WriteAsync();
    }

    public async Task<string> Statement(string nonce)
    {
        if (nonce.Length > NonceLengthMax || !nonce.All(char.IsAsciiLetterOrDigit))
            throw new InvalidInputException("nonce", $"The nonce is to be at most {NonceLengthMax} letters and digits.");
        string signed = await GrainFactory.GetGrain<ILicenceSignerGrain>(EntityKeys.Fleet).Sign(LicenceText.Statement(
            this.GetPrimaryKeyString(), time.GetUtcNow(), nonce, Licences.Where(static pair => pair.Value.Summary.RevokedRevision > 0).Select(static pair => (pair.Key, pair.Value.Summary.RevokedRevision))));
        return string.Join('\n', Licences.Values.Where(static listed => listed.Summary.RevokedRevision < listed.Summary.Revision).Select(static listed => listed.Text).Prepend(signed));
    }

    public async Task TenantDeleted()
    {
        foreach (string key in Licences.Keys.ToArray())
            await GrainFactory.GetGrain<ILicenceGrain>(key).TenantDeleted();
        if (stored.RecordExists)
        {
            await writer.ClearAsync();
            stored.State = new LicenceDirectoryState();
        }
    }
}
