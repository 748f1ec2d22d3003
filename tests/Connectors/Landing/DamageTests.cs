using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Connectors.Tests.ObjectStores;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.Landing;

/// <summary>What was landed in a bucket and then damaged there.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    S3Host host = null!;
    S3ObjectStore store = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await S3Host.Start();
        store = new S3ObjectStore(S3ObjectStoreTests.Options(host));
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData(LandingEncoding.JsonLines)]
    [InlineData(LandingEncoding.Csv)]
    public async Task Any_changed_byte_of_a_file_is_found_and_the_file_is_named(LandingEncoding encoding)
    {
        LandingManifest manifest = await Land(encoding);
        var reader = new ManifestReader(store, "orders", 0, Landings.Hash);
        (await reader.VerifyAsync(manifest, Stop)).ShouldBe(manifest.Sum);
        string name = "site 1/" + manifest.Files[0].Name;
        byte[] whole = host.Objects[name].Content;
        var random = new Random(5);
        for (int round = 0; round < 150; round++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (round % 3 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            else if (round % 7 == 0)
                damaged = [.. whole, .. whole];
            host.Objects[name] = (damaged, host.Objects[name].At);
            (await Should.ThrowAsync<LandingDamageException>(async () => await reader.VerifyAsync(manifest, Stop), $"round {round}")).Message.ShouldContain(manifest.Files[0].Name);
        }

        host.Objects[name] = (whole, host.Objects[name].At);
        (await reader.VerifyAsync(manifest, Stop)).ShouldBe(manifest.Sum);
        host.Objects.TryRemove(name, out _);
        (await Should.ThrowAsync<LandingDamageException>(async () => await reader.VerifyAsync(manifest, Stop))).Message.ShouldContain("is not in");
    }

    [Fact]
    public async Task A_damaged_manifest_is_refused_and_never_crashes_the_reader()
    {
        await Land(LandingEncoding.JsonLines);
        string name = host.Objects.Keys.Single(key => key.Contains("_manifests"));
        byte[] whole = host.Objects[name].Content;
        var reader = new ManifestReader(store, "orders", 0, Landings.Hash);
        var random = new Random(6);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (round % 5 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            host.Objects[name] = (damaged, host.Objects[name].At);
            try
            {
                await foreach (LandingManifest manifest in reader.CommitsAsync(0, Stop))
                    await reader.VerifyAsync(manifest, Stop);
            }
            catch (Exception error) when (error is LandingException or ArgumentException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(150, "the rest changed white space or texts that nothing depends on");
    }

    async Task<LandingManifest> Land(LandingEncoding encoding)
    {
        using FileLander lander = await FileLander.OpenAsync(store, new LandingOptions { Topic = "orders", Encoding = encoding }, Landings.Hash, TimeProvider.System, 1, 0, Stop);
        return await lander.LandAsync(Landings.Make(3, 200), Stop);
    }
}
