using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.WebApi.Access;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Access;

/// <summary>Walks every endpoint that the process has.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class EndpointPolicyTests(ApiHost host)
{
    static readonly string[] Known = [Policies.Open, Policies.SignedInOrLocal, Policies.Person, Policies.TenantChange, Policies.VendorChange, Policies.UserChange, Policies.SiteKey];

    [Fact]
    public void Every_endpoint_names_exactly_one_policy()
    {
        Endpoints().Count.ShouldBeGreaterThan(50);
        Endpoints().Where(endpoint => PolicyOf(endpoint) is not { } policy || !Known.Contains(policy)).Select(endpoint => endpoint.DisplayName).ShouldBeEmpty("an endpoint without a policy is an open door");
        Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(endpoint => endpoint.DisplayName).ShouldBeEmpty("what is open says so by its policy");
    }

    [Fact]
    public void Only_sign_in_public_links_and_the_state_of_the_process_are_open() => Endpoints()
        .Where(endpoint => PolicyOf(endpoint) == Policies.Open).SelectMany(Calls).Select(call => $"{call.Method} {call.Path}").Order()
        .ShouldBe(["GET /api/v1/public/boards/some-acme-thing", "GET /api/v1/public/boards/some-acme-thing/live", "GET /api/v1/public/reviews/some-acme-thing", "GET /api/v1/public/reviews/some-acme-thing/published", "GET /api/v1/public/reviews/some-acme-thing/submissions/some-acme-thing", "GET /healthz",
            "GET /r/some-acme-thing", "GET /readyz", "GET /widgets/reviews.js", "OPTIONS /api/v1/public/reviews/some-acme-thing", "OPTIONS /api/v1/public/reviews/some-acme-thing/shown", "POST /api/v1/public/reviews/some-acme-thing",
            "POST /api/v1/public/reviews/some-acme-thing/shown", "POST /api/v1/session"]);

    [Fact]
    public async Task A_stranger_is_let_in_nowhere_else()
    {
        foreach ((HttpMethod method, string path, string policy) in AllCalls())
            if (policy is not (Policies.Open or Policies.SignedInOrLocal))
                await host.Stranger.ExpectAsync(HttpStatusCode.Unauthorized, method, path, BodyFor(method, path));
    }

    [Fact]
    public async Task A_site_key_opens_the_doors_of_sites_and_nothing_else()
    {
        foreach ((HttpMethod method, string path, string policy) in AllCalls())
            if (policy is not (Policies.Open or Policies.SignedInOrLocal or Policies.SiteKey))
                await host.AcmeKey.ExpectAsync(HttpStatusCode.Forbidden, method, path, BodyFor(method, path));
    }

    [Fact]
    public async Task A_person_cannot_use_the_doors_of_sites()
    {
        foreach ((HttpMethod method, string path, string policy) in AllCalls())
            if (policy == Policies.SiteKey)
                await host.Administrator.ExpectAsync(HttpStatusCode.Forbidden, method, path, BodyFor(method, path));
    }

    [Fact]
    public async Task A_viewer_changes_nothing()
    {
        foreach ((HttpMethod method, string path, string policy) in AllCalls())
            if (policy is Policies.TenantChange or Policies.VendorChange or Policies.UserChange)
                await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, method, path, BodyFor(method, path));
    }

    [Fact]
    public async Task An_administrator_of_another_tenant_finds_nothing_of_this_one()
    {
        foreach ((HttpMethod method, string path, string policy) in AllCalls())
        {
            if (policy is Policies.Open or Policies.SignedInOrLocal or Policies.SiteKey || (path == "/api/v1/session" && method == HttpMethod.Delete))
                continue;
            using HttpResponseMessage answer = await host.GlobexAdministrator.SendAsync(method, path, BodyFor(method, path), HttpCompletionOption.ResponseHeadersRead, default);
            string at = $"{method} {path} answered {(int)answer.StatusCode}";
            if (path.Contains("acme", StringComparison.Ordinal))
                answer.StatusCode.ShouldBeOneOf([HttpStatusCode.NotFound, HttpStatusCode.Forbidden], at);
            else if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
                (await answer.Content.ReadAsStringAsync()).ShouldNotContain("acme", Case.Sensitive, at);
        }
    }

    [Theory]
    [InlineData("/api/v1/servers?tenant=acme")]
    [InlineData("/api/v1/servers?site=acme/berlin")]
    [InlineData("/api/v1/alarms?tenant=acme")]
    [InlineData("/api/v1/alarms?server=acme/berlin/erp-01")]
    [InlineData("/api/v1/rules?tenant=acme")]
    [InlineData("/api/v1/metrics/query?match=up&tenant=acme")]
    [InlineData("/api/v1/metrics/query?match=up&site=acme/berlin")]
    [InlineData("/api/v1/metrics/query?match=up&server=acme/berlin/erp-01")]
    [InlineData("/api/v1/servers/globex/../acme/berlin/erp-01")]
    [InlineData("/api/v1/servers/globex/york%2F..%2F..%2Facme/erp-01")]
    [InlineData("/api/v1/tenants/fleet")]
    [InlineData("/api/v1/tenants/fleet/health")]
    public async Task A_query_cannot_name_what_its_caller_may_not_see(string path) => await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);

    [Fact]
    public void Grains_are_asked_for_in_one_place()
    {
        string folder = Path.Combine(Root(), "src", "WebApi");
        string[] allowed = [Path.Combine("Access", "Caller.cs"), Path.Combine("Access", "SignIn.cs"), Path.Combine("Process", "Readiness.cs")];
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => !allowed.Any(file.EndsWith) && File.ReadAllText(file).Contains("GetGrain<", StringComparison.Ordinal))
            .ShouldBeEmpty("only Caller knows what its caller may see");
    }

    IEnumerable<(HttpMethod Method, string Path, string Policy)> AllCalls() => Endpoints().SelectMany(endpoint => Calls(endpoint).Select(call => (call.Method, call.Path, PolicyOf(endpoint)!)));

    List<RouteEndpoint> Endpoints() => [.. host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    static string? PolicyOf(RouteEndpoint endpoint) => endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>() is [{ Policy: { } policy }] ? policy : null;

    static IEnumerable<(HttpMethod Method, string Path)> Calls(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (new HttpMethod(method), PathOf(endpoint)));

    static string PathOf(RouteEndpoint endpoint) => "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), match => match.Groups[1].Value switch
    {
        "tenant" => "acme",
        "site" => "berlin",
        "server" => "erp-01",
        "user" => "acme-viewer",
        "key" => "key-acme",
        "documentName" => "v1",
        _ => "some-acme-thing",
    }).TrimEnd('/');

    static JsonContent? BodyFor(HttpMethod method, string path) =>
        method == HttpMethod.Get || method == HttpMethod.Delete ? null : path.EndsWith("/webhooks", StringComparison.Ordinal) ? JsonContent.Create(Array.Empty<int>()) : JsonContent.Create(new { });

    static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Cluster.sln stands in no folder above the tests.");
    }

    [GeneratedRegex(@"\{\*?(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
