using System.Net.Http.Json;
using System.Text.Json;
using Irsa.Credentials.SampleTests;

namespace Irsa.Credentials.EndToEndTests;

/// <summary>The published sample as a pod of its own, whose AWS is Ceph's gateway.</summary>
public abstract class SampleOnCephTest(CephGateway gateway, PublishedSamples samples)
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected CephGateway Gateway => gateway;

    protected static async Task<WhoAmI> WhoAmIAsync(HttpClient sample) => (await sample.GetFromJsonAsync<WhoAmI>("/whoami", JsonSerializerOptions.Web, Cancel))!;

    private protected async Task<(SampleProcess Process, HttpClient Client)> StartAsync(string form, Action<Dictionary<string, string>>? change = null)
    {
        Assert.SkipWhen(Gateway.Absence is not null, Gateway.Absence ?? string.Empty);
        var variables = Gateway.Variables;
        variables["ASPNETCORE_ENVIRONMENT"] = "Production";
        change?.Invoke(variables);
        return await SampleProcess.StartAsync(variables, await samples.ProgramAsync(form));
    }

    protected sealed record WhoAmI(string Role, DateTimeOffset? LastRefresh, int FailuresInARow);
}
