using System.Text.Json.Serialization;

namespace Irsa.Credentials.Testing;

/// <summary>Serializes index files without reflection.</summary>
[JsonSerializable(typeof(StoredObject))]
internal sealed partial class StoredObjectJson : JsonSerializerContext;
