// One request with Go's standard library: go run segment.go PICTURE CLASS…
// Prints each segment's class and area. SILHOUETTE_URL says where, SILHOUETTE_TOKEN who asks.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

type image struct {
	Data []byte `json:"data"` // encoding/json writes bytes as base64
}

type question struct {
	Image   image    `json:"image"`
	Classes []string `json:"classes"`
}

type answer struct {
	Detail   string `json:"detail"`
	Segments []struct {
		Class string `json:"class"`
		Area  int    `json:"area"`
	} `json:"segments"`
}

func main() {
	log.SetFlags(0)
	picture, err := os.ReadFile(os.Args[1])
	check(err)
	body, err := json.Marshal(question{image{picture}, os.Args[2:]})
	check(err)
	url := os.Getenv("SILHOUETTE_URL")
	if url == "" {
		url = "http://127.0.0.1:8080"
	}
	request, err := http.NewRequest("POST", url+"/v1/segment", bytes.NewReader(body))
	check(err)
	request.Header.Set("Content-Type", "application/json")
	if token := os.Getenv("SILHOUETTE_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	check(err)
	defer response.Body.Close()
	var found answer
	check(json.NewDecoder(response.Body).Decode(&found))
	if response.StatusCode != http.StatusOK {
		log.Fatalf("%d: %s", response.StatusCode, found.Detail)
	}
	for _, segment := range found.Segments {
		fmt.Println(segment.Class, segment.Area)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
